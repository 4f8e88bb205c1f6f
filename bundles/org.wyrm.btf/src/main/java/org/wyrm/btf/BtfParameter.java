package org.wyrm.btf;

/**
 * A parameter of a function. The last one stands for {@code ...} if it has neither name nor type.
 *
 * @param name empty where none is known
 * @param typeId the number of its type
 */
public record BtfParameter(String name, int typeId) {
    /** {@return whether it stands for {@code ...}} */
    public boolean isEllipsis() {
        return name.isEmpty() && typeId == 0;
    }
}
