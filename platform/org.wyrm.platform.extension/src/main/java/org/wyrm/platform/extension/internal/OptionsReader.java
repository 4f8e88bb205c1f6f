package org.wyrm.platform.extension.internal;

import java.io.IOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.Signature.ClassTypeSig;
import java.lang.classfile.Signature.RefTypeSig;
import java.lang.classfile.Signature.TypeArg;
import java.lang.classfile.Signature.TypeVarSig;
import java.lang.classfile.attribute.RecordComponentInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wyrm.platform.extension.OptionDeclaration;
import org.wyrm.platform.output.Column;

/**
 * Reads the options of a command and the columns of its rows from class files.
 *
 * @jvms 4.7.30 The Record Attribute
 */
public final class OptionsReader {
    private static final String FLAG = "Lorg/wyrm/platform/command/Flag;";
    private static final String ARGUMENT = "Lorg/wyrm/platform/command/Argument;";
    private static final Set<String> OPTION_TYPES = Set.of(
            "Z",
            "Ljava/util/Optional<Ljava/lang/String;>;",
            "Ljava/util/Optional<Ljava/nio/file/Path;>;",
            "Ljava/util/OptionalInt;",
            "Ljava/util/OptionalLong;",
            "Ljava/util/List<Ljava/lang/String;>;",
            "Ljava/util/List<Ljava/nio/file/Path;>;");
    private static final Set<String> ARGUMENT_TYPES = Set.of(
            "Ljava/lang/String;", "Ljava/util/Optional<Ljava/lang/String;>;", "Ljava/util/List<Ljava/lang/String;>;");

    private final ClassFiles files;

    /** Reads class files of one bundle. */
    public OptionsReader(ClassFiles files) {
        this.files = files;
    }

    /**
     * {@return the name of the record that a class puts for the last type parameter of {@code Command} or of
     * {@code TargetProvider}}
     *
     * @param genericInterface its internal name
     * @throws IllegalArgumentException if the class says none
     */
    public String optionsClass(String className, String genericInterface) throws IOException {
        Map<String, RefTypeSig> bound = Map.of();
        var next = className;
        while (true) {
            var model = model(next);
            var signature = model.findAttribute(Attributes.signature())
                    .map(attribute -> attribute.asClassSignature())
                    .orElseThrow(() -> new IllegalArgumentException(className + " does not implement "
                            + genericInterface.replace('/', '.') + " with a record"));
            for (var implemented : signature.superinterfaceSignatures()) {
                if (binaryName(implemented).equals(genericInterface.replace('/', '.'))) {
                    return record(className, arguments(implemented, bound).getLast());
                }
            }
            bound = bindings(signature.superclassSignature(), bound);
            next = binaryName(signature.superclassSignature());
        }
    }

    private Map<String, RefTypeSig> bindings(ClassTypeSig superclass, Map<String, RefTypeSig> bound)
            throws IOException {
        var name = binaryName(superclass);
        var file = files.read(path(name));
        if (file.isEmpty()) {
            return Map.of();
        }
        var parameters = ClassFile.of()
                .parse(file.get())
                .findAttribute(Attributes.signature())
                .map(attribute -> attribute.asClassSignature().typeParameters())
                .orElse(List.of());
        var values = arguments(superclass, bound);
        var bindings = new HashMap<String, RefTypeSig>();
        for (var i = 0; i < Math.min(parameters.size(), values.size()); i++) {
            bindings.put(parameters.get(i).identifier(), values.get(i));
        }
        return bindings;
    }

    private static List<RefTypeSig> arguments(ClassTypeSig generic, Map<String, RefTypeSig> bound) {
        var arguments = new ArrayList<RefTypeSig>();
        for (var argument : generic.typeArgs()) {
            if (argument instanceof TypeArg.Bounded known) {
                var type = known.boundType();
                arguments.add(
                        type instanceof TypeVarSig variable ? bound.getOrDefault(variable.identifier(), type) : type);
            }
        }
        return arguments;
    }

    private static String record(String className, RefTypeSig options) {
        if (options instanceof ClassTypeSig record) {
            return binaryName(record);
        }
        throw new IllegalArgumentException(className + " does not say which record its options are");
    }

    /** {@return the options that the components of a record declare, in their order} */
    public List<OptionDeclaration> options(String recordClass) throws IOException {
        var options = new ArrayList<OptionDeclaration>();
        for (var component : components(recordClass)) {
            options.add(option(recordClass, component));
        }
        return options;
    }

    private static OptionDeclaration option(String recordClass, RecordComponentInfo component) {
        var name = component.name().stringValue();
        var signature = signature(component);
        var flag = annotation(component, FLAG);
        var declared = flag.or(() -> annotation(component, ARGUMENT))
                .orElseThrow(() -> new IllegalArgumentException(
                        "component " + name + " of " + recordClass + " has neither @Flag nor @Argument"));
        var types = flag.isPresent() ? OPTION_TYPES : ARGUMENT_TYPES;
        if (!types.contains(signature)) {
            throw new IllegalArgumentException("component " + name + " of " + recordClass + " has the type " + signature
                    + ", which no " + (flag.isPresent() ? "option" : "argument") + " can have");
        }
        var values = new HashMap<String, AnnotationValue>();
        declared.elements().forEach(element -> values.put(element.name().stringValue(), element.value()));
        return flag.isPresent()
                ? new OptionDeclaration(
                        name,
                        signature,
                        strings(values.get("names")),
                        string(values.get("argument")),
                        string(values.get("help")))
                : new OptionDeclaration(
                        name, signature, List.of(), string(values.get("name")), string(values.get("help")));
    }

    /** {@return the components of a record, in their order; empty if the record belongs to another bundle} */
    public List<Column> columns(String recordClass) throws IOException {
        if (files.read(path(recordClass)).isEmpty()) {
            return List.of();
        }
        return components(recordClass).stream()
                .map(component -> new Column(component.name().stringValue(), signature(component)))
                .toList();
    }

    private List<RecordComponentInfo> components(String recordClass) throws IOException {
        return model(recordClass)
                .findAttribute(Attributes.record())
                .orElseThrow(() -> new IllegalArgumentException(recordClass + " is not a record"))
                .components();
    }

    private static String signature(RecordComponentInfo component) {
        return component
                .findAttribute(Attributes.signature())
                .map(attribute -> attribute.signature().stringValue())
                .orElseGet(() -> component.descriptor().stringValue());
    }

    private static Optional<Annotation> annotation(RecordComponentInfo component, String descriptor) {
        return component.findAttribute(Attributes.runtimeInvisibleAnnotations()).stream()
                .flatMap(attribute -> attribute.annotations().stream())
                .filter(each -> each.className().equalsString(descriptor))
                .findFirst();
    }

    private static String string(@Nullable AnnotationValue value) {
        return value instanceof AnnotationValue.OfString text ? text.stringValue() : "";
    }

    private static List<String> strings(@Nullable AnnotationValue value) {
        return value instanceof AnnotationValue.OfArray array
                ? array.values().stream().map(OptionsReader::string).toList()
                : List.of();
    }

    private ClassModel model(String className) throws IOException {
        return ClassFile.of()
                .parse(files.read(path(className))
                        .orElseThrow(() -> new IllegalArgumentException(className + " is not in the bundle")));
    }

    private static String path(String className) {
        return className.replace('.', '/') + ".class";
    }

    private static String binaryName(ClassTypeSig type) {
        var outer = type.outerType();
        return outer.map(signature -> binaryName(signature) + "$" + type.className())
                .orElseGet(() -> type.className().replace('/', '.'));
    }
}
