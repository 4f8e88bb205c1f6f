package org.wyrm.script.java.internal;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wyrm.platform.script.Script;

/**
 * The code of a script: its loops end when it is told to stop, and where it ends the process only the script ends.
 *
 * @param parent has the classes that the script uses
 * @param classes class files by their names
 */
record ScriptCode(ClassLoader parent, Map<String, byte[]> classes) {
    private static final ClassDesc SCRIPT = Script.class.describeConstable().orElseThrow();
    private static final MethodTypeDesc EXIT = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int);

    /** {@return the same classes, which ask at the end of each round of a loop whether they are to go on} */
    Map<String, byte[]> stoppable() {
        var hierarchy = ClassHierarchyResolver.ofResourceParsing(this::own)
                .orElse(ClassHierarchyResolver.ofResourceParsing(parent));
        var file = ClassFile.of(ClassHierarchyResolverOption.of(hierarchy));
        var made = new HashMap<String, byte[]>();
        classes.forEach((name, bytes) -> made.put(
                name,
                file.transformClass(
                        file.parse(bytes),
                        ClassTransform.transformingMethodBodies(CodeTransform.ofStateful(Rewriter::new)))));
        return made;
    }

    private @Nullable InputStream own(ClassDesc type) {
        var inPackage = type.packageName().isEmpty() ? "" : type.packageName() + ".";
        var bytes = classes.get(inPackage + type.displayName());
        return bytes == null ? null : new ByteArrayInputStream(bytes);
    }

    private static final class Rewriter implements CodeTransform {
        private final Set<Label> passed = new HashSet<>();

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            switch (element) {
                case LabelTarget target -> passed.add(target.label());
                case BranchInstruction branch
                when passed.contains(branch.target()) ->
                    code.invokestatic(SCRIPT, "checkStopped", ConstantDescs.MTD_void);
                case InvokeInstruction call
                when ends(call, "java/lang/System") -> {
                    code.invokestatic(SCRIPT, "exit", EXIT);
                    return;
                }
                case InvokeInstruction call
                when ends(call, "java/lang/Runtime") -> {
                    code.invokestatic(SCRIPT, "exit", EXIT).pop();
                    return;
                }
                default -> {}
            }
            code.with(element);
        }

        private static boolean ends(InvokeInstruction call, String owner) {
            var method = call.name().stringValue();
            return call.owner().asInternalName().equals(owner) && (method.equals("exit") || method.equals("halt"));
        }
    }
}
