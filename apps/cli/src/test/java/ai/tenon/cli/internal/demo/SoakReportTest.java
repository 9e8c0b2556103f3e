package ai.tenon.cli.internal.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.cli.internal.demo.DemoReport.Requests;
import ai.tenon.cli.internal.demo.SoakReport.Reading;
import ai.tenon.cli.internal.demo.SoakReport.Times;
import java.util.List;
import org.junit.jupiter.api.Test;

class SoakReportTest {
    private static final Times TIMES = new Times(100, 10, 20);
    private static final Requests ALL_SERVED = new Requests(100, 0, 0, 0);

    private static SoakReport report(Requests requests, Reading end, String problem) {
        return SoakReport.of(
                100,
                requests,
                TIMES,
                new Times(100, 12, 30),
                List.of(reading(0, 300, 28), reading(5, 350, 28), reading(50, 400, 28), end),
                problem);
    }

    private static Reading reading(int swaps, double megabytes, long classLoaders) {
        return new Reading(swaps, megabytes, classLoaders, 23, 190);
    }

    @Test
    void growthCountsFromTheMiddleAndTheRatioIsThatOfTheP99() {
        SoakReport report = report(ALL_SERVED, reading(100, 420, 28), "");
        assertTrue(report.ok(), report.problem());
        assertEquals(0.05, report.residentGrowth(), 1e-9);
        assertEquals(1.5, report.p99Ratio(), 1e-9);
    }

    @Test
    void aClassLoaderMoreThanBehindTheFifthSwapIsALeak() {
        SoakReport report = report(ALL_SERVED, reading(100, 400, 29), "");
        assertFalse(report.ok());
        assertTrue(report.problem().contains("left behind"), report.problem());
    }

    @Test
    void moreThanATenthOfGrowthInTheSecondHalfIsALeak() {
        SoakReport report = report(ALL_SERVED, reading(100, 441, 28), "");
        assertFalse(report.ok());
        assertTrue(report.problem().contains("still grows"), report.problem());
    }

    @Test
    void oneRequestThatFailedIsEnough() {
        SoakReport report = report(new Requests(99, 1, 0, 0), reading(100, 400, 28), "");
        assertFalse(report.ok());
        assertTrue(report.problem().contains("1 requests failed"), report.problem());
    }

    @Test
    void whatWentWrongFirstIsWhatIsTold() {
        assertEquals(
                "swap 7 did not hold",
                report(ALL_SERVED, reading(5, 1, 99), "swap 7 did not hold").problem());
    }
}
