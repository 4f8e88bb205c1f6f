import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Fails the build unless a folder has JUnit reports of at least so many tests, none of which failed. */
class CountTests {
    private static final Pattern SUITE = Pattern.compile(
            "<testsuite [^>]*?tests=\"(\\d+)\"[^>]*?failures=\"(\\d+)\"[^>]*?errors=\"(\\d+)\"", Pattern.DOTALL);

    public static void main(String[] arguments) throws Exception {
        var folder = Path.of(arguments[0]);
        var expected = Integer.parseInt(arguments[1]);
        var tests = 0;
        var failed = 0;
        if (Files.isDirectory(folder)) {
            try (var all = Files.walk(folder)) {
                for (var file : all.filter(each -> each.getFileName().toString().matches("TEST-.*\\.xml")).toList()) {
                    var suites = SUITE.matcher(Files.readString(file));
                    while (suites.find()) {
                        tests += Integer.parseInt(suites.group(1));
                        failed += Integer.parseInt(suites.group(2)) + Integer.parseInt(suites.group(3));
                    }
                }
            }
        }
        System.out.println(folder + ": " + tests + " tests, " + failed + " failed");
        if (tests < expected || failed > 0) {
            System.err.println("at least " + expected + " tests were to run in the framework, and none to fail");
            System.exit(1);
        }
    }
}
