package org.wyrm.itest.layers;

import aQute.bnd.differ.DiffPluginImpl;
import aQute.bnd.osgi.Jar;
import aQute.bnd.service.diff.Delta;
import aQute.bnd.service.diff.Tree;
import aQute.bnd.service.diff.Type;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the exported packages of a bundle offer, as bnd's baseline sees it, and as text: a line an element, below that which
 * it is in, each as {@code TYPE NAME [IF-ADDED/IF-REMOVED]}. Where the last is left out, it is {@code MINOR/MAJOR}.
 */
final class ApiTree {
    private static final DiffPluginImpl DIFFER = new DiffPluginImpl();
    private static final String KERNEL_NAME = "org.wyrm.program.KernelName";

    /** Methods that every object has: the JDK's, and no one's API. */
    private static final Set<String> OF_OBJECTS =
            Set.of("clone()", "equals(java.lang.Object)", "finalize()", "hashCode()", "toString()");

    private static final Pattern LINE = Pattern.compile("([A-Z_]+) (.*?)(?: \\[([A-Z]+)/([A-Z]+)])?");

    private ApiTree() {}

    /** {@return the packages that a bundle exports} */
    static Tree ofBundle(Path classes) throws Exception {
        try (var jar = new Jar(classes.getFileName().toString(), classes.toFile())) {
            return DIFFER.deserialize(plain(DIFFER.tree(jar).get("<api>").serialize()));
        }
    }

    /** What only tells how it was compiled is left out, and results become parts of names. */
    private static Tree.Data plain(Tree.Data data) {
        var plain = copy(data);
        var result = "";
        var children = new ArrayList<Tree.Data>();
        for (var child : childrenOf(data)) {
            if (child.type == Type.RETURN) {
                result = " " + child.name;
            } else if (child.type == Type.ANNOTATED) {
                kernelName(child).forEach(children::add);
            } else if (!isOfEverything(child)) {
                children.add(plain(child));
            }
        }
        plain.name = data.name + result;
        plain.children = children.toArray(Tree.Data[]::new);
        return plain;
    }

    private static boolean isOfEverything(Tree.Data child) {
        return child.type == Type.CLASS_VERSION || child.type == Type.METHOD && OF_OBJECTS.contains(child.name);
    }

    /** Expressions call helpers by these names: they are API as those of methods are. */
    private static Stream<Tree.Data> kernelName(Tree.Data annotation) {
        if (!annotation.name.equals(KERNEL_NAME)) {
            return Stream.of();
        }
        var named = copy(annotation);
        named.name = "KernelName " + annotation.children[0].name.replaceAll("^value='|'$", "");
        named.add = Delta.MINOR;
        named.rem = Delta.MAJOR;
        return Stream.of(named);
    }

    private static Tree.Data copy(Tree.Data data) {
        var copy = new Tree.Data();
        copy.type = data.type;
        copy.name = data.name;
        copy.add = data.add;
        copy.rem = data.rem;
        copy.children = new Tree.Data[0];
        return copy;
    }

    private static List<Tree.Data> childrenOf(Tree.Data data) {
        return data.children == null ? List.of() : List.of(data.children);
    }

    static String text(Tree tree) {
        var text = new StringBuilder();
        for (var child : tree.getChildren()) {
            write(child, 0, text);
        }
        return text.toString();
    }

    private static void write(Tree tree, int depth, StringBuilder text) {
        text.append(" ".repeat(depth)).append(tree.getType()).append(' ').append(tree.getName());
        if (tree.ifAdded() != Delta.MINOR || tree.ifRemoved() != Delta.MAJOR) {
            text.append(" [%s/%s]".formatted(tree.ifAdded(), tree.ifRemoved()));
        }
        text.append('\n');
        for (var child : tree.getChildren()) {
            write(child, depth + 1, text);
        }
    }

    static Tree ofText(String text) throws Exception {
        var root = new Tree.Data();
        root.type = Type.API;
        root.name = "<api>";
        root.add = Delta.CHANGED;
        root.rem = Delta.CHANGED;
        root.children = new Tree.Data[0];
        var above = new ArrayDeque<Tree.Data>(List.of(root));
        for (var line : text.lines().toList()) {
            var depth = line.length() - line.stripLeading().length();
            while (above.size() > depth + 1) {
                above.pop();
            }
            var data = parse(line.strip());
            var parent = above.getFirst();
            parent.children =
                    Stream.concat(Stream.of(parent.children), Stream.of(data)).toArray(Tree.Data[]::new);
            above.push(data);
        }
        return DIFFER.deserialize(root);
    }

    private static Tree.Data parse(String line) {
        var data = new Tree.Data();
        var found = LINE.matcher(line);
        if (!found.matches()) {
            throw new IllegalArgumentException("no line of an API: " + line);
        }
        data.type = Type.valueOf(found.group(1));
        data.name = found.group(2);
        data.add = found.group(3) == null ? Delta.MINOR : Delta.valueOf(found.group(3));
        data.rem = found.group(4) == null ? Delta.MAJOR : Delta.valueOf(found.group(4));
        data.children = new Tree.Data[0];
        return data;
    }
}
