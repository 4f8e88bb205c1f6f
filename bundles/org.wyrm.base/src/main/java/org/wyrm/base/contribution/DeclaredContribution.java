package org.wyrm.base.contribution;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.OperationFailedException;

/**
 * A contribution known by its capability, its object made on first use. A subclass says where the class comes from.
 *
 * <p>Thread-safe. Objects are made one at a time in the whole process: one may ask for another while it is made, in any
 * order, and no two threads can wait for each other.
 *
 * @param <T> what it is
 */
public abstract class DeclaredContribution<T> implements Contribution<T> {
    /** The order of {@link Contributions#of}: by rank, then by name. */
    public static final Comparator<Contribution<?>> ORDER = (a, b) -> {
        var byRank = Integer.compare(rank(a), rank(b));
        return byRank != 0 ? byRank : a.name().compareTo(b.name());
    };

    private static final int DEFAULT_RANK = 100;
    private static final ReentrantLock MAKING = new ReentrantLock();

    private final String bundle;
    private final Map<String, String> attributes;
    private final Contributions contributions;
    private volatile @Nullable T object;
    private boolean making;

    /**
     * @param bundle the symbolic name of the bundle that declares it
     * @param attributes of the capability: {@code class}, {@code type} and {@code name} at least
     * @param contributions what the object is given, where its constructor takes it
     */
    protected DeclaredContribution(String bundle, Map<String, String> attributes, Contributions contributions) {
        this.bundle = bundle;
        this.attributes = Map.copyOf(attributes);
        this.contributions = contributions;
    }

    /**
     * {@return the class of the object}
     *
     * @param className its name, as declared
     * @throws ClassNotFoundException if the bundle has no such class
     */
    protected abstract Class<?> load(String className) throws ClassNotFoundException;

    /** Called once with the object, before anybody sees it. */
    protected void made(Object made) {}

    @Override
    public String name() {
        return attributes.getOrDefault("name", "");
    }

    @Override
    public String bundle() {
        return bundle;
    }

    @Override
    public Map<String, String> attributes() {
        return attributes;
    }

    @Override
    public T get() {
        var ready = object;
        if (ready != null) {
            return ready;
        }
        MAKING.lock();
        try {
            ready = object;
            return ready != null ? ready : make();
        } finally {
            MAKING.unlock();
        }
    }

    @Override
    public Class<?> contributedClass() {
        try {
            return load(attributes.getOrDefault("class", ""));
        } catch (ClassNotFoundException e) {
            throw failed("the class is not in its bundle", e);
        }
    }

    /** Forgets the object; the next {@link #get()} makes another. */
    protected void forget() {
        object = null;
    }

    @SuppressWarnings("unchecked") // the capability declares the type, and bnd put the class under it
    private T make() {
        if (making) {
            throw failed("it needs itself while it is made", null);
        }
        making = true;
        try {
            var made = (T) construct(contributedClass());
            made(made);
            object = made;
            return made;
        } finally {
            making = false;
        }
    }

    private Object construct(Class<?> type) {
        try {
            var constructor = publicConstructor(type);
            return constructor.getParameterCount() == 0
                    ? constructor.newInstance()
                    : constructor.newInstance(contributions);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw failed("its constructor failed: " + e.getCause(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw failed("it has no public constructor that takes nothing or one Contributions", e);
        }
    }

    private static Constructor<?> publicConstructor(Class<?> type) throws NoSuchMethodException {
        for (var constructor : type.getConstructors()) {
            if (constructor.getParameterCount() == 1 && constructor.getParameterTypes()[0] == Contributions.class) {
                return constructor;
            }
        }
        return type.getConstructor();
    }

    private OperationFailedException failed(String why, @Nullable Throwable cause) {
        return new OperationFailedException(
                "cannot make " + attributes.get("class") + " of " + bundle + ": " + why, cause);
    }

    private static int rank(Contribution<?> contribution) {
        var rank = contribution.attributes().get("rank");
        return rank == null ? DEFAULT_RANK : Integer.parseInt(rank);
    }

    @Override
    public String toString() {
        return name() + " of " + bundle;
    }
}
