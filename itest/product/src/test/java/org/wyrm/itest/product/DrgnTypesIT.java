package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.itest.dwarf.OpenDwarf;
import org.wyrm.lang.c.CFormat;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TypeKind;

/** Every structure, union, enumeration and type definition of a kernel, written as drgn writes it. */
class DrgnTypesIT {
    private static final List<TypeKind> KINDS =
            List.of(TypeKind.STRUCT, TypeKind.UNION, TypeKind.ENUM, TypeKind.TYPEDEF);

    /** Each name read is answered by a line of JSON: the definition, or null where drgn finds none. */
    private static final String ASK_DRGN = """
            import drgn, json, sys
            prog = drgn.Program(drgn.host_platform)
            if hasattr(prog, 'extra_module'):
                prog.extra_module('vmlinux', create=True).try_file(sys.argv[1], force=True)
            else:
                prog.load_debug_info([sys.argv[1]])
            for name in sys.stdin.read().splitlines():
                try:
                    print(json.dumps({'definition': str(prog.type(name)).expandtabs(8)}))
                except LookupError:
                    print('{"definition": null}')
            """;

    private static final Pattern MEMBER = Pattern.compile("( +)\\S.* (\\**\\w+(?:\\[\\d*\\])*;)");

    private enum Rule implements PeerRule {
        ANONYMOUS_BEHIND("drgn writes no members of a structure without a name that an array or a pointer is of"),
        INCOMPLETE_TYPEDEF("drgn writes only the name of a type definition whose structure is declared only"),
        INT128("drgn has no name of C's for GCC's __int128 unsigned"),
        ONE_PLACE("compat_binfmt_elf.c includes binfmt_elf.c with other types by macros; drgn finds either of the two");

        private final String reason;

        Rule(String reason) {
            this.reason = reason;
        }

        @Override
        public String reason() {
            return reason;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12"})
    void everyDefinitionIsWrittenAsDrgnWritesIt(String series) {
        var drgn = Peer.drgn("import drgn");
        try (var kernel = OpenDwarf.open(Lab.vmlinux(series))) {
            var ours = definitions(kernel);
            var theirs = drgn.ask(
                    List.copyOf(ours.keySet()),
                    "-c",
                    ASK_DRGN,
                    kernel.file().path().toString());
            assertThat(theirs).hasSameSizeAs(ours.keySet());

            var comparison = new PeerComparison<>("DrgnTypesIT " + series, Rule.class);
            var answers = theirs.iterator();
            var declaredOnly = 0;
            for (var each : ours.entrySet()) {
                var definition = Json.value(answers.next()).get("definition");
                if (definition.isNull() && each.getValue().stream().noneMatch(Definition::isComplete)) {
                    declaredOnly++;
                } else {
                    compare(comparison, each.getKey(), definition.asText(), each.getValue());
                }
            }
            System.out.println(comparison + "\n  of " + declaredOnly + " more both say that they are declared only");
            assertThat(comparison.problems()).isEmpty();
            assertThat(comparison.count()).isGreaterThan(10_000);
        }
    }

    /** A type that a name stands for, and its text. */
    private record Definition(TargetType type, String text) {
        boolean isComplete() {
            return switch (type) {
                case CompoundType compound -> compound.isComplete();
                case EnumType enumeration -> enumeration.complete();
                default -> true;
            };
        }
    }

    /** {@return all definitions of each name, as a user asks for it: {@code struct list_head}, {@code u32}} */
    private static Map<String, List<Definition>> definitions(OpenDwarf kernel) {
        var all = new LinkedHashMap<String, List<Definition>>();
        for (var kind : KINDS) {
            for (var name : new TreeSet<>(kernel.dwarf().typeNames(kind, "").toList())) {
                var definitions = new ArrayList<Definition>();
                for (var ref : kernel.dwarf().findTypes(kind, name)) {
                    var type = ref.resolve();
                    definitions.add(new Definition(type, CFormat.define(type, CFormat.Offsets.NONE)));
                }
                all.put(kind == TypeKind.TYPEDEF ? name : kind.label() + " " + name, definitions);
            }
        }
        return all;
    }

    private static void compare(
            PeerComparison<Rule> comparison, String name, String theirs, List<Definition> definitions) {
        var ours = definitions.stream().map(Definition::text).toList();
        if (ours.contains(theirs)) {
            comparison.same();
            return;
        }
        var rule = definitions.stream()
                .flatMap(each -> rule(theirs, name, each.text()).stream())
                .findFirst();
        rule.ifPresentOrElse(comparison::taken, () -> comparison.differs(name, theirs, ours));
    }

    private static Optional<Rule> rule(String theirs, String name, String ours) {
        if (theirs.equals(withoutMembersBehind(ours))) {
            return Optional.of(Rule.ANONYMOUS_BEHIND);
        }
        if (theirs.equals(name) && ours.matches("typedef (struct|union) \\w+ " + name)) {
            return Optional.of(Rule.INCOMPLETE_TYPEDEF);
        }
        if (theirs.replace("__int128 unsigned", "unsigned __int128").equals(ours)) {
            return Optional.of(Rule.INT128);
        }
        return name.equals("struct elf_note_info") && withoutTypes(theirs).equals(withoutTypes(ours))
                ? Optional.of(Rule.ONE_PLACE)
                : Optional.empty();
    }

    /** Writes {@code struct { ... } name[2];} as drgn does: {@code struct <anonymous> name[2];}. */
    private static String withoutMembersBehind(String definition) {
        var behind = Pattern.compile("(?m)^( +)(struct|union) \\{\n(?:\\1 .*\n)*\\1\\} (\\w+\\[.*;|\\*.*;)$");
        return behind.matcher(definition).replaceAll("$1$2 <anonymous> $3");
    }

    private static String withoutTypes(String definition) {
        return MEMBER.matcher(definition).replaceAll("$1$2");
    }
}
