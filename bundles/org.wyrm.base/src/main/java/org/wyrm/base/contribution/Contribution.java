package org.wyrm.base.contribution;

import java.util.Map;

/**
 * Something a bundle contributes, known by its declaration; the object is made when it is first asked for.
 *
 * <p>Thread-safe.
 *
 * @param <T> what it is
 */
public interface Contribution<T> {
    /** {@return the name it was declared with} */
    String name();

    /** {@return the symbolic name of the bundle that declares it} */
    String bundle();

    /** {@return what the declaration says, {@code name} and {@code class} included} */
    Map<String, String> attributes();

    /**
     * {@return the object, always the same one}
     *
     * @throws org.wyrm.base.error.OperationFailedException if the bundle cannot be started or the class not made
     */
    T get();

    /**
     * {@return the class that is contributed; of one that is used by its static methods, no object is made}
     *
     * @throws org.wyrm.base.error.OperationFailedException if the bundle cannot be started or has no such class
     */
    default Class<?> contributedClass() {
        return get().getClass();
    }
}
