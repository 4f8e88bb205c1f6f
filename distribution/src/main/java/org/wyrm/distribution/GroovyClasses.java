package org.wyrm.distribution;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import org.wyrm.base.error.OperationFailedException;

/**
 * Changes two things in Groovy's classes, for its start only: what it does stays the same.
 *
 * <p>Its copy of ASM is in class files of Java 5, which no AOT cache holds: they become those of Java 8, with stack maps.
 * And before the first script it lists all classes of eight packages, in files that it opens for that, to know what an
 * imported name means; without the list it looks a name up when a script says it.
 */
final class GroovyClasses {
    private static final int JAVA_6 = 50;
    private static final int JAVA_8 = 52;
    private static final String LISTER = "org/codehaus/groovy/vmplugin/v9/Java9.class";
    private static final String LIST = "getDefaultImportClasses";
    private static final ClassDesc MAP = ClassDesc.of("java.util.Map");

    private GroovyClasses() {}

    /** {@return the bytes of an entry of a jar, changed if they are of such a class} */
    static byte[] changed(String name, byte[] bytes) {
        if (name.equals(LISTER)) {
            return withoutList(bytes);
        }
        return name.startsWith("groovyjarjarasm/") && name.endsWith(".class") && majorVersion(bytes) < JAVA_6
                ? modern(bytes)
                : bytes;
    }

    private static int majorVersion(byte[] bytes) {
        return Byte.toUnsignedInt(bytes[6]) << Byte.SIZE | Byte.toUnsignedInt(bytes[7]);
    }

    private static byte[] modern(byte[] bytes) {
        var hierarchy = ClassHierarchyResolver.ofResourceParsing(GroovyClasses.class.getClassLoader())
                .orElse(ClassHierarchyResolver.defaultResolver());
        var file = ClassFile.of(ClassHierarchyResolverOption.of(hierarchy), StackMapsOption.STACK_MAPS_WHEN_REQUIRED);
        // Each method is written anew, else it would keep having no stack map.
        var transform = ClassTransform.transformingMethodBodies(
                        CodeTransform.ofStateful(() -> (code, element) -> code.with(element)))
                .andThen(ClassTransform.endHandler(made -> made.withVersion(JAVA_8, 0)));
        return file.transformClass(file.parse(bytes), transform);
    }

    private static byte[] withoutList(byte[] bytes) {
        var file = ClassFile.of();
        var model = file.parse(bytes);
        if (model.methods().stream().noneMatch(GroovyClasses::lists)) {
            throw new OperationFailedException("this Groovy does not list default imports: see GroovyClasses");
        }
        return file.transformClass(model, (made, element) -> {
            if (element instanceof MethodModel method && lists(method)) {
                made.withMethodBody(
                        method.methodName(),
                        method.methodType(),
                        method.flags().flagsMask(),
                        code -> code.invokestatic(MAP, "of", MethodTypeDesc.of(MAP), true)
                                .areturn());
            } else {
                made.with(element);
            }
        });
    }

    private static boolean lists(MethodModel method) {
        return method.methodName().equalsString(LIST);
    }
}
