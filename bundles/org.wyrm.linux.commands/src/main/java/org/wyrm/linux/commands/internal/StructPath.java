package org.wyrm.linux.commands.internal;

import java.util.List;
import java.util.Optional;
import org.wyrm.base.error.UsageException;
import org.wyrm.program.Field;
import org.wyrm.program.Program;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TypeKind;

/**
 * A structure, and maybe a member of it, as the user says them: {@code task_struct.se.run_node}.
 *
 * @param type the structure
 * @param members what is after the first point, if there is one
 */
record StructPath(TargetType type, Optional<String> members) {
    private static final List<TypeKind> KINDS = List.of(TypeKind.STRUCT, TypeKind.UNION, TypeKind.TYPEDEF);

    static StructPath parse(Program program, String text) {
        var point = text.indexOf('.', text.lastIndexOf("::") + 1);
        var name = point < 0 ? text : text.substring(0, point);
        return new StructPath(
                type(program, name), point < 0 ? Optional.empty() : Optional.of(text.substring(point + 1)));
    }

    /** The tag of a structure or a union, or a name of one. */
    private static TargetType type(Program program, String name) {
        if (name.contains(" ")) {
            return program.type(name);
        }
        var kind = KINDS.stream()
                .filter(each -> !program.findTypes(each, name).isEmpty())
                .findFirst()
                .orElseThrow(() -> program.missingType("struct", KINDS, name));
        return program.complete(program.singleType(kind, name).resolve());
    }

    /** {@return an offset in bytes that a text tells: a number, or a structure and a member of it} */
    static long offset(Program program, String text) {
        if (text.matches("0x\\p{XDigit}{1,15}")) {
            return Long.parseLong(text.substring(2), 16);
        }
        if (text.matches("\\d{1,18}")) {
            return Long.parseLong(text);
        }
        var path = parse(program, text);
        var members = path.members.orElseThrow(
                () -> new UsageException("'" + text + "' is neither a number of bytes nor STRUCT.MEMBER"));
        return Field.of(path.type, members).byteOffset();
    }
}
