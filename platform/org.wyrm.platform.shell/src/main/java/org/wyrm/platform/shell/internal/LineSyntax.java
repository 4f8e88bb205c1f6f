package org.wyrm.platform.shell.internal;

import java.util.List;
import org.wyrm.base.contribution.HeaderClause;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.extension.Declaration;
import org.wyrm.platform.extension.Index;

/** What lines are that are no commands, as the index tells. */
final class LineSyntax {
    private LineSyntax() {}

    /** {@return the command that a line is given to which is none} */
    static String command(Index index) {
        return languages(index).stream()
                .map(each -> each.attribute("command"))
                .filter(name -> index.command(name).isPresent())
                .findFirst()
                .orElseThrow(() -> new UsageException("this is no command; see help"));
    }

    /** {@return the names of arguments that are written in such a language} */
    static List<String> arguments(Index index) {
        return languages(index).stream()
                .flatMap(each -> HeaderClause.listValue(each.attribute("arguments")).stream())
                .toList();
    }

    private static List<Declaration> languages(Index index) {
        return index.declared(Index.LINES).stream()
                .map(Index.Declared::declaration)
                .toList();
    }
}
