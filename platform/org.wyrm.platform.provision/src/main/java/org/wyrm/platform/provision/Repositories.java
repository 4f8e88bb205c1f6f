package org.wyrm.platform.provision;

import java.util.ArrayList;
import java.util.List;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.extension.PluginFolders;

/** Where plug-ins come from: the product's own repository, and those that the user added. */
public final class Repositories {
    private static final String REPOSITORIES = "repositories";

    private final PluginStore store;
    private final Repository own;
    private final Telling telling;

    /** The repositories of the user of some folders. */
    public Repositories(PluginFolders folders, Telling telling) {
        this(new PluginStore(folders.installed()), folders, telling);
    }

    Repositories(PluginStore store, PluginFolders folders, Telling telling) {
        this.store = store;
        this.own = Repository.own(folders.shipped());
        this.telling = telling;
    }

    /** {@return all of them, the product's own first} */
    public List<Repository> all() {
        var repositories = new ArrayList<>(List.of(own));
        store.settings(REPOSITORIES).forEach((name, address) -> repositories.add(Repository.of(name, address)));
        return repositories;
    }

    /**
     * Adds a repository, or changes the address of one. It is read once, so that a wrong address is seen.
     *
     * @param address of its index or the folder of that
     * @throws OperationFailedException if it cannot be read, or the name is the product's
     */
    public Repository add(String name, String address) {
        requireNotOwn(name);
        if (!name.matches("[\\w.-]+")) {
            throw new OperationFailedException(
                    "'" + name + "' is no name of a repository: it is made of letters, digits, '.', '_' and '-'");
        }
        var repository = Repository.of(name, address);
        try (var reader = new RepositoryReader(telling)) {
            reader.read(repository);
        }
        store.changeSettings(
                REPOSITORIES, known -> known.put(name, repository.address().toString()));
        return repository;
    }

    /**
     * Removes a repository; what came from it stays.
     *
     * @throws OperationFailedException if there is none of that name
     */
    public Repository remove(String name) {
        requireNotOwn(name);
        var address = store.settings(REPOSITORIES).get(name);
        if (address == null) {
            throw new OperationFailedException("no repository '" + name + "'");
        }
        store.changeSettings(REPOSITORIES, known -> known.remove(name));
        return Repository.of(name, address);
    }

    private static void requireNotOwn(String name) {
        if (name.equals(Repository.OWN)) {
            throw new OperationFailedException("repository " + name + " is that of wyrm itself");
        }
    }

    /** {@return what all repositories have; one that cannot be read is warned of: the others may do} */
    List<Offer> offers() {
        var offers = new ArrayList<Offer>();
        try (var reader = new RepositoryReader(telling)) {
            for (var repository : all()) {
                try {
                    offers.addAll(reader.read(repository));
                } catch (OperationFailedException e) {
                    telling.warn("repository " + repository.name() + " is left out: " + e.getMessage());
                }
            }
        }
        return offers;
    }
}
