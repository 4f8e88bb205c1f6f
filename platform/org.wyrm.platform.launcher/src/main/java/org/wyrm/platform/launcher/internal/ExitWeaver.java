package org.wyrm.platform.launcher.internal;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.charset.StandardCharsets;
import org.osgi.framework.hooks.weaving.WeavingHook;
import org.osgi.framework.hooks.weaving.WovenClass;

/**
 * Lets no plug-in end the process: where a class of one calls {@code System.exit} or its like, it fails as by any other
 * error. The user's other work in the process goes on.
 */
final class ExitWeaver implements WeavingHook {
    private static final ClassDesc ERROR =
            IllegalStateException.class.describeConstable().orElseThrow();
    private static final MethodTypeDesc MAKE = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);

    @Override
    public void weave(WovenClass woven) {
        var bytes = woven.getBytes();
        if (mayEnd(bytes)) {
            woven.setBytes(without(bytes, woven.getBundleWiring().getClassLoader(), woven.getClassName()));
        }
    }

    /** {@return whether a class names what ends a process; most do not, and cost no more than this} */
    private static boolean mayEnd(byte[] bytes) {
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        return (text.contains("exit") || text.contains("halt"))
                && (text.contains("java/lang/System") || text.contains("java/lang/Runtime"));
    }

    static byte[] without(byte[] bytes, ClassLoader loader, String name) {
        var hierarchy =
                ClassHierarchyResolver.ofResourceParsing(loader).orElse(ClassHierarchyResolver.defaultResolver());
        var file = ClassFile.of(ClassHierarchyResolverOption.of(hierarchy));
        var transform = ClassTransform.transformingMethodBodies((code, element) -> replace(code, element, name));
        return file.transformClass(file.parse(bytes), transform);
    }

    private static void replace(CodeBuilder code, CodeElement element, String name) {
        if (element instanceof InvokeInstruction call && ends(call)) {
            code.new_(ERROR)
                    .dup()
                    .loadConstant(name + " wants to end the process, which no plug-in may")
                    .invokespecial(ERROR, ConstantDescs.INIT_NAME, MAKE)
                    .athrow();
        } else {
            code.with(element);
        }
    }

    private static boolean ends(InvokeInstruction call) {
        var owner = call.owner().asInternalName();
        var method = call.name().stringValue();
        return (owner.equals("java/lang/System") && method.equals("exit"))
                || (owner.equals("java/lang/Runtime") && (method.equals("exit") || method.equals("halt")));
    }
}
