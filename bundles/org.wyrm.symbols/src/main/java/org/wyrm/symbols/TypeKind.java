package org.wyrm.symbols;

/** The kinds of types that have names, each a name space of its own or, as in C, part of one. */
public enum TypeKind {
    /** {@code struct task_struct}. */
    STRUCT("struct"),
    /** {@code union bpf_attr}. */
    UNION("union"),
    /** {@code enum pid_type}. */
    ENUM("enum"),
    /** {@code u64}. */
    TYPEDEF("typedef"),
    /** {@code unsigned long}: C's own types, each under its usual name, whatever its producer wrote. */
    BASE("base type");

    private final String label;

    TypeKind(String label) {
        this.label = label;
    }

    /** {@return the word for it: C's keyword where C has one} */
    public String label() {
        return label;
    }
}
