import java.io.*;
import org.HdrHistogram.*;

/** HdrHistogram: a log of three intervals, one tagged, and the percentile output of all of them. */
public class Hdr {
  public static void main(String[] arguments) throws IOException {
    long startMs = 1_795_620_000_000L;
    HistogramLogWriter log = new HistogramLogWriter(new File("histogram.hlog"));
    log.outputComment("[Logged by a small program]");
    log.outputLogFormatVersion();
    log.outputStartTime(startMs);
    log.setBaseTime(startMs);
    log.outputBaseTime(startMs);
    log.outputLegend();
    Histogram all = new Histogram(3_600_000_000_000L, 3);
    for (int interval = 0; interval < 3; interval++) {
      Histogram histogram = new Histogram(3_600_000_000_000L, 3);
      histogram.setStartTimeStamp(startMs + interval * 1000L);
      histogram.setEndTimeStamp(startMs + interval * 1000L + 1000L);
      for (int request = 0; request < 20; request++) {
        histogram.recordValue(1_000_000L * (1 + request) + interval * 123_456L);
      }
      if (interval == 1) {
        histogram.setTag("search");
        histogram.recordValue(1_400_000_000L);
      }
      log.outputIntervalHistogram(histogram);
      all.add(histogram);
    }
    log.close();
    try (PrintStream out = new PrintStream("histogram.hgrm")) {
      all.outputPercentileDistribution(out, 5, 1_000_000.0);
    }
  }
}
