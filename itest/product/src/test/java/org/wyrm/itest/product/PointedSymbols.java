package org.wyrm.itest.product;

import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Symbols that drgn and wyrm write before an address: {@code init_task+0x0 = 0xffffffff82a1a940}. */
enum PointedSymbols {
    /** Those that compilers and linkers leave: {@code .LC0}, {@code __start_notes}. */
    LABELS("\\.L\\w+|__start_\\w+|__stop_\\w+"),
    ALL("(?<![\\w.$])[\\w.$]++");

    private final Pattern pattern;

    PointedSymbols(String name) {
        var text = "(?:" + name + ")\\+0x[0-9a-f]+ = 0x(?<%s>[0-9a-f]+)";
        pattern = Pattern.compile("\\(" + text.formatted("pointed") + "\\)|" + text.formatted("address"));
    }

    /** {@return a text without these symbols, where the address is one to leave out} */
    String without(String text, LongPredicate isLeftOut) {
        return pattern.matcher(text).replaceAll(found -> {
            var hex = Optional.ofNullable(found.group("pointed")).orElseGet(() -> found.group("address"));
            return Matcher.quoteReplacement(
                    isLeftOut.test(Long.parseUnsignedLong(hex, 16)) ? "0x" + hex : found.group());
        });
    }
}
