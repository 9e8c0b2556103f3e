package ai.tenon.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.DataType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Foreign pages, long, slow and broken requests. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileClientsTest {
    private static final String INFER = "/v2/models/echo/infer";
    private static final String ONE =
            "{\"inputs\":[{\"name\":\"x0\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]}";

    private final TestEndpoint echo = TestEndpoint.of("echo", DataType.FLOAT);
    private TestFramework framework;
    private TestClient client;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        framework = new TestFramework(folder, Map.of());
        framework.configure(
                Map.of(
                        "hosts", new String[] {"Gateway.local"},
                        "threads", "8",
                        "inferBytes", "2000000",
                        "managementBytes", "5000",
                        "headerBytes", "4096",
                        "idleMillis", "1500",
                        "bodyMillis", "2000"));
        framework.register(echo);
        framework.register(new TestOperations());
        framework.startHttp();
        client = new TestClient(framework.data());
    }

    @AfterAll
    void stop() throws Exception {
        framework.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:99",
                "127.0.0.1",
                "127.1.2.3",
                "[::1]:80",
                "gateway.LOCAL:1"
            })
    void ownNamesAreAnswered(String host) throws Exception {
        assertStatus(200, "GET /v2 HTTP/1.1", "Host: " + host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "10.0.0.1",
                "[::2]"
            })
    void foreignNamesAreNot(String host) throws Exception {
        assertStatus(403, "GET /v2 HTTP/1.1", "Host: " + host);
        assertStatus(403, "GET /openapi.json HTTP/1.1", "Host: " + host);
        assertStatus(403, "GET /apps/broken/x HTTP/1.1", "Host: " + host);
        assertFalse(
                exchange("GET http://" + host + "/v2 HTTP/1.1", "Host: localhost")
                        .startsWith("HTTP/1.1 200"));
    }

    @Test
    void aHostIsNeeded() throws Exception {
        assertFalse(exchange("GET /v2 HTTP/1.0").startsWith("HTTP/1.1 200"));
        assertStatus(400, "GET /v2 HTTP/1.1");
        assertStatus(400, "GET /v2 HTTP/1.1", "Host: localhost", "Host: localhost");
    }

    @Test
    void pagesFromElsewhereAreNotAnswered() throws Exception {
        assertStatus(
                200,
                "GET /v2 HTTP/1.1",
                "Host: localhost:" + port(),
                "Origin: http://localhost:" + port());
        for (String origin :
                List.of(
                        "null",
                        "http://evil.example",
                        "http://localhost:1",
                        "https://localhost:" + port())) {
            assertStatus(
                    403,
                    "POST /tenon/v1/operations HTTP/1.1",
                    "Host: localhost:" + port(),
                    "Origin: " + origin,
                    "Authorization: Bearer " + client.token,
                    "Content-Length: 0");
        }
    }

    @Test
    void answersForbidWhatBrowsersMightTry() throws Exception {
        String answer = exchange("GET /v2 HTTP/1.1", "Host: localhost").toLowerCase();
        assertTrue(answer.contains("x-content-type-options: nosniff"), answer);
        assertTrue(answer.contains("content-security-policy:"), answer);
        assertTrue(answer.contains("cache-control: no-store"), answer);
        assertFalse(answer.contains("\r\nserver:"), answer);
        assertFalse(answer.contains("access-control-allow"), answer);
    }

    @Test
    void longRequestsAreRefused() throws Exception {
        assertStatus(
                413, "POST " + INFER + " HTTP/1.1", "Host: localhost", "Content-Length: 2000001");
        assertStatus(
                413,
                "POST " + INFER + " HTTP/1.1",
                "Host: localhost",
                "Content-Length: 999999999999");
        assertStatus(
                413,
                "POST /tenon/v1/operations HTTP/1.1",
                "Host: localhost",
                "Authorization: Bearer " + client.token,
                "Content-Length: 5001");
        assertStatus(431, "GET /v2 HTTP/1.1", "Host: localhost", "X-Long: " + "x".repeat(5000));
        assertStatus(
                415,
                "POST " + INFER + " HTTP/1.1",
                "Host: localhost",
                "Content-Encoding: gzip",
                "Content-Length: 0");
    }

    @Test
    void chunkedBodiesAreReadUpToTheLimit() throws Exception {
        String head = "POST " + INFER + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
        String padded = ONE + " ".repeat(1_999_999 - ONE.length());
        try (RawClient raw = new RawClient(client.address)) {
            raw.raw(head + "Transfer-Encoding: chunked\r\n\r\n");
            for (int at = 0; at < padded.length(); at += 100_000) {
                String part = padded.substring(at, Math.min(padded.length(), at + 100_000));
                raw.raw(Integer.toHexString(part.length()) + "\r\n" + part + "\r\n");
            }
            raw.raw("0\r\n\r\n");
            assertTrue(raw.answer().startsWith("HTTP/1.1 200"));
        }
        try (RawClient raw = new RawClient(client.address)) {
            raw.raw(head + "Transfer-Encoding: chunked\r\n\r\n");
            raw.raw(Integer.toHexString(2_000_001) + "\r\n" + " ".repeat(2_000_001));
            assertTrue(raw.answer().startsWith("HTTP/1.1 413"));
        }
    }

    @Test
    void slowBodiesComeToAnEnd() throws Exception {
        String head =
                "POST "
                        + INFER
                        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + "Content-Length: 1000\r\n\r\n";
        try (RawClient silent = new RawClient(client.address);
                RawClient trickling = new RawClient(client.address)) {
            silent.raw(head);
            trickling.raw(head);
            for (int i = 0; i < 6; i++) {
                trickling.raw(" ");
                Thread.sleep(500);
            }
            assertTrue(trickling.answer().startsWith("HTTP/1.1 408"));
            assertFalse(silent.answer().startsWith("HTTP/1.1 200"));
        }
    }

    @Test
    void waitingLongerThanAnIdleConnectionMayIsFine() throws Exception {
        TestClient.Answer answer =
                client.change(
                        "POST",
                        "/tenon/v1/operations?wait=3",
                        "{\"id\":\"waits\",\"kind\":\"load\",\"name\":\"slow\"}");
        assertEquals(202, answer.status());
        echo.during = () -> sleep(2500);
        try {
            assertEquals(200, client.post(INFER, ONE).status());
        } finally {
            echo.during = () -> {};
        }
    }

    @Test
    void healthAnswersWhileInferenceIsBusy() throws Exception {
        CountDownLatch entered = new CountDownLatch(6);
        Semaphore leave = new Semaphore(0);
        echo.during =
                () -> {
                    entered.countDown();
                    leave.acquireUninterruptibly();
                };
        ExecutorService clients = Executors.newFixedThreadPool(6);
        try {
            List<Future<TestClient.Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                answers.add(clients.submit(() -> client.post(INFER, ONE)));
            }
            assertTrue(entered.await(20, TimeUnit.SECONDS));
            TestClient.Answer seventh = client.post(INFER, ONE);
            assertEquals(429, seventh.status());
            assertEquals("1", seventh.response().headers().firstValue("Retry-After").orElseThrow());
            assertEquals(200, client.get("/v2/health/live").status());
            leave.release(6);
            for (Future<TestClient.Answer> answer : answers) {
                assertEquals(200, answer.get().status());
            }
        } finally {
            leave.release(1000);
            echo.during = () -> {};
            clients.shutdownNow();
        }
        assertEquals(200, client.post(INFER, ONE).status());
        assertTrue(echo.opened.get() <= 6 + 1, "calls are used again");
    }

    @Test
    void applicationsAreGuardedAndTheirFailuresTellNothing() throws Exception {
        framework.startBundle(BrokenApplication.class, "jakarta.servlet,jakarta.servlet.http");
        String answer = exchange("GET /apps/broken/x HTTP/1.1", "Host: localhost");
        assertTrue(answer.startsWith("HTTP/1.1 500"), answer);
        assertFalse(answer.contains("secret"), answer);
        assertFalse(answer.contains("IllegalState"), answer);
        assertStatus(403, "GET /apps/broken/x HTTP/1.1", "Host: evil.example");
    }

    @Test
    void oddPathsLeadNowhere() throws Exception {
        for (String path :
                List.of(
                        "/v2/../v2",
                        "/v2//health/live",
                        "/v2/models/%2e%2e",
                        "/v2/models/a%2fb",
                        "/")) {
            String answer = exchange("GET " + path + " HTTP/1.1", "Host: localhost");
            assertTrue(answer.matches("(?s)HTTP/1.1 (200|400|404).*"), path + " " + answer);
            assertFalse(answer.contains("\tat "), answer);
        }
        assertStatus(405, "TRACE /v2 HTTP/1.1", "Host: localhost");
        assertStatus(400, "GET /v2/models/%zz HTTP/1.1", "Host: localhost");
    }

    private void assertStatus(int status, String... lines) throws Exception {
        String answer = exchange(lines);
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        assertFalse(answer.contains("\tat "), answer);
    }

    private String exchange(String... lines) throws Exception {
        return RawClient.exchange(client.address, lines);
    }

    private String port() {
        return client.address.substring(client.address.lastIndexOf(':') + 1);
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
