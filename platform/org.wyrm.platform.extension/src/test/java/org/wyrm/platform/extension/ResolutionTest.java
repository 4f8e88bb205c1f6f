package org.wyrm.platform.extension;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ResolutionTest {
    private static final IndexedBundle BASE = bundle("base", Map.of("Export-Package", "org.base;version=1.5.0"));
    private static final IndexedBundle MIDDLE = bundle(
            "middle",
            Map.of("Import-Package", "org.base;version=\"[1.0,2)\"", "Export-Package", "org.middle;version=1.0.0"));
    private static final IndexedBundle OTHER = bundle("other", Map.of("Export-Package", "org.other;version=1.0.0"));

    private static IndexedBundle bundle(String name, Map<String, String> headers) {
        return new IndexedBundle(name, "1.0.0", name, headers, List.of());
    }

    private static IndexedBundle importing(String imports) {
        return bundle("top", Map.of("Import-Package", imports));
    }

    private static Resolution among(IndexedBundle top) {
        return new Resolution(List.of(BASE, MIDDLE, OTHER, top), Set.of("org.osgi.framework"));
    }

    @Test
    void theClosureIsWhatABundleNeedsAndNoMore() {
        var top = importing("org.middle,org.osgi.framework");

        assertThat(among(top).closure(top)).containsExactly(BASE, MIDDLE, top);
    }

    @Test
    void whatIsOptionalIsTakenWhereItIsThere() {
        var top = importing("org.other;resolution:=optional,org.absent;resolution:=optional");

        assertThat(among(top).closure(top)).containsExactly(OTHER, top);
        assertThat(among(top).missing(top)).isEmpty();
    }

    @Test
    void whatIsMissingIsSaidInPlainWords() {
        var top = importing("org.absent;version=\"[1.0,2)\",org.base;version=\"[2.0,3)\",org.middle");

        assertThat(among(top).missing(top))
                .containsExactly(
                        "top needs package org.absent [1.0.0,2.0.0), which is not here",
                        "top needs package org.base [2.0.0,3.0.0), and here is 1.5.0 of base");
    }

    @Test
    void aRequiredBundleIsNeededToo() {
        var top = bundle("top", Map.of("Require-Bundle", "other,absent"));

        assertThat(among(top).closure(top)).containsExactly(OTHER, top);
        assertThat(among(top).missing(top)).containsExactly("top needs bundle absent, which is not here");
    }

    @Test
    void bundlesThatNeedEachOtherAreTakenOnce() {
        var a = bundle("a", Map.of("Import-Package", "org.b", "Export-Package", "org.a"));
        var b = bundle("b", Map.of("Import-Package", "org.a", "Export-Package", "org.b"));

        assertThat(new Resolution(List.of(a, b), Set.of()).closure(a)).containsExactly(b, a);
    }

    @Test
    void whoHasARequiredCapabilityIsNeededToo() {
        var api = bundle("api", Map.of("Provide-Capability", "wyrm.api;version:Version=1.4,wyrm.other;name=x"));
        var fits =
                bundle("fits", Map.of("Require-Capability", "wyrm.api;filter:=\"(&(version>=1.2)(!(version>=2)))\""));
        var isTooNew = bundle("isTooNew", Map.of("Require-Capability", "wyrm.api;filter:=\"(version>=1.10)\""));
        var ofTheTarget = bundle("t", Map.of("Require-Capability", "wyrm.symbol;effective:=target,osgi.ee"));
        var all = new Resolution(List.of(BASE, api, fits, isTooNew, ofTheTarget), Set.of());

        assertThat(all.closure(fits)).containsExactly(api, fits);
        assertThat(all.missing(fits)).isEmpty();
        assertThat(all.closure(isTooNew)).containsExactly(isTooNew);
        assertThat(all.missing(isTooNew)).containsExactly("isTooNew needs wyrm.api (version>=1.10)");
        assertThat(all.closure(ofTheTarget)).containsExactly(ofTheTarget);
        assertThat(all.missing(ofTheTarget)).isEmpty();
    }
}
