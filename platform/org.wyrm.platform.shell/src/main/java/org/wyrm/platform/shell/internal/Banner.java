package org.wyrm.platform.shell.internal;

import org.wyrm.platform.extension.Session;
import org.wyrm.platform.output.Output;

/** What is said when the shell opens: what is open, what is missing of it, where help is. */
final class Banner {
    private Banner() {}

    /** {@return what to show: some four lines} */
    static String of(Session session) {
        var text = new StringBuilder("wyrm");
        var open = session.targets();
        if (open.isEmpty()) {
            text.append(": no target is open; open FILE opens a dump, open -k the running kernel\n");
        }
        open.forEach(target -> {
            text.append(": ").append(Output.printable(target.name())).append('\n');
            target.remarks()
                    .forEach(remark -> text.append(Output.printable(remark)).append('\n'));
        });
        return text.append("help lists commands, TAB completes, any other line is an expression of C; Ctrl-D ends\n")
                .toString();
    }
}
