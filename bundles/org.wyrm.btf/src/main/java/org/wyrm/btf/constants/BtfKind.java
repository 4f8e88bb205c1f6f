package org.wyrm.btf.constants;

/**
 * What a BTF type record describes.
 *
 * @kernel include/uapi/linux/btf.h
 */
public enum BtfKind {
    /** {@code void}, which has number 0 and no record. */
    BTF_KIND_UNKN(0, "void", 0, 0),
    BTF_KIND_INT(1, "integer", 1, 0),
    BTF_KIND_PTR(2, "pointer", 0, 0),
    BTF_KIND_ARRAY(3, "array", 3, 0),
    BTF_KIND_STRUCT(4, "struct", 0, 3),
    BTF_KIND_UNION(5, "union", 0, 3),
    BTF_KIND_ENUM(6, "enum", 0, 2),
    BTF_KIND_FWD(7, "forward declaration", 0, 0),
    BTF_KIND_TYPEDEF(8, "typedef", 0, 0),
    BTF_KIND_VOLATILE(9, "volatile", 0, 0),
    BTF_KIND_CONST(10, "const", 0, 0),
    BTF_KIND_RESTRICT(11, "restrict", 0, 0),
    BTF_KIND_FUNC(12, "function", 0, 0),
    BTF_KIND_FUNC_PROTO(13, "function prototype", 0, 2),
    BTF_KIND_VAR(14, "variable", 1, 0),
    BTF_KIND_DATASEC(15, "data section", 0, 3),
    BTF_KIND_FLOAT(16, "floating-point number", 0, 0),
    BTF_KIND_DECL_TAG(17, "declaration tag", 1, 0),
    BTF_KIND_TYPE_TAG(18, "type tag", 0, 0),
    BTF_KIND_ENUM64(19, "enum", 0, 3);

    private final int number;
    private final String label;
    private final int fixedWords;
    private final int wordsPerItem;

    BtfKind(int number, String label, int fixedWords, int wordsPerItem) {
        this.number = number;
        this.label = label;
        this.fixedWords = fixedWords;
        this.wordsPerItem = wordsPerItem;
    }

    /** {@return its number; the kinds are in the order of their numbers, without gaps} */
    public int number() {
        return number;
    }

    /** {@return the word for it in messages} */
    public String label() {
        return label;
    }

    /** {@return how many 4-byte words follow the record's header, however many items it has} */
    public int fixedWords() {
        return fixedWords;
    }

    /** {@return how many 4-byte words each of its items (members, enumerators, parameters) takes} */
    public int wordsPerItem() {
        return wordsPerItem;
    }
}
