package ai.tenon.http.internal;

import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** An application whose servlet fails; a bundle of its own. */
public final class BrokenApplication extends HttpServlet implements BundleActivator {
    private static final long serialVersionUID = 1L;

    @Override
    public void start(BundleContext context) {
        context.registerService(
                Servlet.class,
                this,
                FrameworkUtil.asDictionary(
                        Map.of("osgi.http.whiteboard.servlet.pattern", "/apps/broken/*")));
    }

    @Override
    public void stop(BundleContext context) {}

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
        throw new IllegalStateException("a secret");
    }
}
