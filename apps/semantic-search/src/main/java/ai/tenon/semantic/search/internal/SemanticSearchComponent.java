package ai.tenon.semantic.search.internal;

import ai.tenon.inference.Endpoint;
import ai.tenon.inference.EndpointState;
import ai.tenon.inference.InferenceException;
import ai.tenon.management.Deployments;
import ai.tenon.semantic.search.SearchAnswer;
import ai.tenon.semantic.search.SearchException;
import ai.tenon.semantic.search.SearchException.Kind;
import ai.tenon.semantic.search.SearchStatus;
import ai.tenon.semantic.search.SemanticSearch;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.condition.Condition;

/** Search as OSGi sees it; the endpoint may come, change and go at any time. */
@Component(immediate = true, configurationPid = "ai.tenon.semantic.search")
public final class SemanticSearchComponent implements SemanticSearch {
    private static final int MAX_QUESTION = 1000;
    private static final int MAX_RESULTS = 50;

    private final Settings settings;
    private final Deployments deployments;
    private final FolderSource source;
    private final Indexer indexer;
    private volatile Embedders embedders;

    /**
     * @param tokenizers says that their native library is loaded
     */
    @Activate
    public SemanticSearchComponent(
            BundleContext context,
            Settings settings,
            @Reference Deployments deployments,
            @Reference(target = "(osgi.condition.id=ai.tenon.tokenizers)") Condition tokenizers) {
        this.settings = settings;
        this.deployments = deployments;
        this.source = new FolderSource(settings, context::getProperty);
        this.indexer = new Indexer(this::model, source);
    }

    @Deactivate
    void deactivate() {
        indexer.close();
        source.close();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindEndpoint(Endpoint endpoint) {
        if (endpoint.name().equals(settings.endpoint())) {
            embedders = new Embedders(endpoint);
        }
    }

    void unbindEndpoint(Endpoint endpoint) {
        Embedders current = embedders;
        if (current != null && current.endpoint() == endpoint) {
            embedders = null;
            current.close();
        }
    }

    /** Null while nothing can embed. */
    private Model model() {
        Embedders current = embedders;
        if (current == null || current.endpoint().state() != EndpointState.SERVING) {
            return null;
        }
        return deployments.endpoints().stream()
                .filter(endpoint -> endpoint.name().equals(settings.endpoint()))
                .map(endpoint -> new Model(current, endpoint.modelSha256()))
                .findFirst()
                .orElse(null);
    }

    @Override
    public SearchAnswer search(String question, int k) throws SearchException {
        if (question == null || question.isBlank() || question.length() > MAX_QUESTION) {
            throw new SearchException(
                    Kind.INVALID, "a question has 1 to " + MAX_QUESTION + " characters");
        }
        if (k < 1 || k > MAX_RESULTS) {
            throw new SearchException(
                    Kind.INVALID, "between 1 and " + MAX_RESULTS + " passages can be asked for");
        }
        Embedders current = embedders;
        if (current == null) {
            throw new SearchException(
                    Kind.UNAVAILABLE,
                    "there is no endpoint '%s'; deploy a sentence encoder under that name"
                            .formatted(settings.endpoint()));
        }
        Index index = indexer.index();
        if (index == null) {
            throw new SearchException(Kind.UNAVAILABLE, whyNotReady());
        }
        Embedder embedder = current.take();
        try {
            float[] vector = embedder.embed(source.tokens(question));
            if (!index.accepts(vector)) {
                throw new SearchException(
                        Kind.UNAVAILABLE, "the model has changed and " + whyNotReady());
            }
            Model now = model();
            return new SearchAnswer(
                    question,
                    index.nearest(vector, k),
                    index.passages().size(),
                    embedder.backend(),
                    now != null && !now.sha256().equals(index.model()));
        } catch (InferenceException e) {
            throw new SearchException(kindOf(e.code()), e.getMessage(), e);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new SearchException(Kind.FAILED, e.getMessage(), e);
        } finally {
            current.giveBack(embedder);
        }
    }

    private static Kind kindOf(InferenceException.Code code) {
        return switch (code) {
            case NOT_FOUND, UNAVAILABLE, CLOSED, CANCELLED -> Kind.UNAVAILABLE;
            case BUSY -> Kind.BUSY;
            case DEADLINE_EXCEEDED -> Kind.DEADLINE_EXCEEDED;
            case INVALID_INPUT, BACKEND_FAILED -> Kind.FAILED;
        };
    }

    private String whyNotReady() {
        Indexer.Progress progress = indexer.progress();
        if (progress.total() > 0) {
            return "the folder is being indexed: %d of %d passages; ask again"
                    .formatted(progress.done(), progress.total());
        }
        return indexer.problem().isEmpty()
                ? "the folder waits for endpoint '%s' to be indexed".formatted(settings.endpoint())
                : indexer.problem();
    }

    @Override
    public SearchStatus status() {
        Index index = indexer.index();
        Indexer.Progress progress = indexer.progress();
        return new SearchStatus(
                index != null,
                progress.total() > 0,
                progress.done(),
                progress.total(),
                index == null ? 0 : index.passages().size(),
                index == null ? 0 : (int) index.files(),
                settings.folder(),
                settings.endpoint(),
                index == null ? "" : index.model(),
                index == null ? 0 : index.millis(),
                indexer.problem());
    }
}
