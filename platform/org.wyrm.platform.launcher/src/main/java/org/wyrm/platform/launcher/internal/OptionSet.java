package org.wyrm.platform.launcher.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.extension.OptionDeclaration;

/** Options that may stand together, and what the user said of them. */
final class OptionSet {
    private final Options options = new Options();
    private final Map<String, OptionDeclaration> declared = new HashMap<>();
    private final Map<String, OptionDeclaration> elsewhere = new HashMap<>();
    private String command = "";

    /**
     * What the user said.
     *
     * @param values by {@link OptionDeclaration#key()}; {@code "true"} for an option without a value
     * @param rest the words that are no options
     */
    record Said(Map<String, List<String>> values, List<String> rest) {
        boolean has(String option) {
            return values.containsKey(option);
        }

        /** {@return the last value that was said} */
        Optional<String> value(String option) {
            return Optional.ofNullable(values.get(option)).map(List::getLast);
        }

        /** {@return what was said here, and then there} */
        Said and(Said later) {
            var all = new LinkedHashMap<String, List<String>>(values);
            later.values.forEach((key, said) -> all.merge(
                    key, said, (a, b) -> Stream.concat(a.stream(), b.stream()).toList()));
            return new Said(all, later.rest);
        }

        /** {@return what was said of all but some options} */
        Said without(List<OptionDeclaration> some) {
            var others = new LinkedHashMap<>(values);
            some.forEach(option -> others.remove(option.key()));
            return new Said(others, rest);
        }
    }

    /** Adds options; a name that is taken stays what it was. */
    OptionSet add(List<OptionDeclaration> flags) {
        for (var flag : flags) {
            for (var name : flag.names()) {
                add(flag, name);
            }
        }
        return this;
    }

    private void add(OptionDeclaration flag, String name) {
        if (declared.putIfAbsent(name, flag) != null) {
            return;
        }
        var option =
                name.startsWith("--") ? Option.builder().longOpt(name.substring(2)) : Option.builder(name.substring(1));
        options.addOption(option.hasArg(flag.takesValue()).get());
    }

    /** Names options that stand before a command only, for the error of one who says them behind it. */
    OptionSet before(String commandName, List<OptionDeclaration> flags) {
        command = commandName;
        flags.forEach(flag -> flag.names().forEach(name -> elsewhere.put(name, flag)));
        return this;
    }

    /** {@return the option with a name} */
    boolean contains(String name) {
        return declared.containsKey(name);
    }

    /**
     * Sorts words into options and others.
     *
     * @param leading whether the first word that is no option ends the options
     * @throws UsageException if an option is unknown or has no value
     */
    Said parse(List<String> words, boolean leading) {
        try {
            var parsed = DefaultParser.builder()
                    .setAllowPartialMatching(false)
                    .setStripLeadingAndTrailingQuotes(false)
                    .get()
                    .parse(options, words.toArray(String[]::new), leading);
            var values = new LinkedHashMap<String, List<String>>();
            for (var option : parsed.getOptions()) {
                var name = option.hasLongOpt() ? "--" + option.getLongOpt() : "-" + option.getOpt();
                var said = values.computeIfAbsent(key(name), key -> new ArrayList<>());
                said.add(option.hasArg() ? option.getValue() : "true");
            }
            return new Said(values, parsed.getArgList());
        } catch (MissingArgumentException e) {
            var name = e.getOption().hasLongOpt()
                    ? "--" + e.getOption().getLongOpt()
                    : "-" + e.getOption().getOpt();
            throw new UsageException("option " + name + " wants a value: " + argument(name));
        } catch (UnrecognizedOptionException e) {
            throw unknown(e.getOption());
        } catch (ParseException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /** {@return the error for an option that is not in this set} */
    UsageException unknown(String option) {
        // As it was said: --core=FILE, -cFILE.
        var said =
                option.startsWith("--") ? option.split("=", 2)[0] : option.substring(0, Math.min(2, option.length()));
        var early = elsewhere.get(said);
        if (early != null) {
            var value = early.takesValue() ? " " + early.argument() : "";
            return new UsageException(
                    "option %s stands before the command: wyrm %s%s %s".formatted(said, said, value, command));
        }
        // One letter is as near as any other.
        var words =
                declared.keySet().stream().filter(name -> name.startsWith("--")).toList();
        var nearest = option.startsWith("--") && !declared.containsKey(option) ? Words.nearest(option, words) : "";
        return new UsageException("no option " + option + (nearest.isEmpty() ? "" : "; did you mean " + nearest + "?"));
    }

    private String key(String name) {
        var flag = declared.get(name);
        return flag == null ? name : flag.key();
    }

    private String argument(String name) {
        var flag = declared.get(name);
        return flag == null ? "" : flag.argument();
    }
}
