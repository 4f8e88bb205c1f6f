package org.wyrm.debuginfo.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.wyrm.debuginfo.DebugFileSettings;
import org.wyrm.debuginfo.WantedFile;
import org.wyrm.elf.BuildId;
import org.wyrm.elf.ElfAlternateLink;

/**
 * Where distributions put debug files.
 *
 * <pre>
 * DEBUG/.build-id/xx/yyyy.debug                 every distribution
 * DEBUG/boot/vmlinux-RELEASE                    Debian, Ubuntu
 * DEBUG/boot/vmlinux-RELEASE.debug              SUSE
 * DEBUG/lib/modules/RELEASE/vmlinux             Fedora
 * DEBUG/lib/modules/RELEASE/kernel/….ko         Debian, Ubuntu
 * DEBUG/lib/modules/RELEASE/kernel/….ko.debug   Fedora, SUSE
 * </pre>
 *
 * <p>Where {@code /lib} is a link, packages may have {@code usr/lib} in place of {@code lib}.
 */
final class DebugPlaces {
    private DebugPlaces() {}

    static List<Path> byBuildId(List<Path> debugDirectories, BuildId id) {
        if (id.digits().length() < 4) {
            return List.of();
        }
        var name = id.digits().substring(0, 2) + "/" + id.digits().substring(2) + ".debug";
        return debugDirectories.stream()
                .map(directory -> directory.resolve(".build-id").resolve(name))
                .toList();
    }

    /** {@return where a kernel's image may be, those with debug information first} */
    static List<Path> ofKernel(DebugFileSettings settings, String release) {
        var places = new ArrayList<Path>();
        for (var directory : settings.kernelDirectories()) {
            places.add(directory.resolve("vmlinux"));
            places.add(directory.resolve("vmlinux-" + release));
            places.add(directory.resolve("vmlinux.debug"));
        }
        for (var directory : settings.debugDirectories()) {
            places.add(directory.resolve("boot/vmlinux-" + release));
            places.add(directory.resolve("boot/vmlinux-" + release + ".debug"));
            places.add(directory.resolve("lib/modules/" + release + "/vmlinux"));
            places.add(directory.resolve("lib/modules/" + release + "/vmlinux.debug"));
            places.add(directory.resolve("usr/lib/modules/" + release + "/vmlinux"));
            places.add(directory.resolve("usr/lib/modules/" + release + "/vmlinux.debug"));
        }
        if (settings.areUsualKernelPlaces()) {
            var root = settings.root();
            places.add(root.resolve("boot/vmlinux-" + release));
            places.add(root.resolve("lib/modules/" + release + "/build/vmlinux"));
            places.add(root.resolve("lib/modules/" + release + "/vmlinux"));
        }
        return places;
    }

    /** {@return where an executable or a library is} */
    static Path ofProgram(DebugFileSettings settings, WantedFile.Program program) {
        return program.content().orElseGet(() -> below(settings.root(), Path.of("/"), program.path()));
    }

    /** {@return the folders that a kernel's modules are in} */
    static List<Path> moduleFolders(DebugFileSettings settings, String release) {
        var folders = new ArrayList<>(settings.kernelDirectories());
        if (settings.areUsualKernelPlaces()) {
            folders.add(settings.root().resolve("lib/modules/" + release));
            folders.add(settings.root().resolve("usr/lib/modules/" + release));
        }
        return folders;
    }

    /** {@return the folders that the debug files of a kernel's modules are in} */
    static List<Path> moduleDebugFolders(List<Path> debugDirectories, String release) {
        var folders = new ArrayList<Path>();
        for (var directory : debugDirectories) {
            folders.add(directory.resolve("lib/modules/" + release));
            folders.add(directory.resolve("usr/lib/modules/" + release));
        }
        return folders;
    }

    /**
     * {@return where the debug file of a module may be}
     *
     * @param relative its path as depmod lists it, {@code kernel/net/key/af_key.ko.xz}
     */
    static List<Path> ofModule(List<Path> debugFolders, String relative) {
        var plain = relative.replaceFirst("\\.(xz|zst|gz)$", "");
        var places = new ArrayList<Path>();
        for (var folder : debugFolders) {
            places.add(folder.resolve(plain));
            places.add(folder.resolve(plain + ".debug"));
        }
        return places;
    }

    /**
     * {@return where a file named in a debug link may be}
     *
     * @param folder the folder of the file with the link
     */
    static List<Path> byDebugLink(Path root, List<Path> debugDirectories, Path folder, String fileName) {
        var places = new ArrayList<Path>();
        places.add(folder.resolve(fileName));
        places.add(folder.resolve(".debug").resolve(fileName));
        for (var directory : debugDirectories) {
            places.add(below(directory, root, folder).resolve(fileName));
        }
        return places;
    }

    /** {@return where a file named in an alternate link may be} */
    static List<Path> byAlternateLink(Path root, List<Path> debugDirectories, Path folder, ElfAlternateLink link) {
        var places = new ArrayList<Path>();
        var name = link.fileName();
        places.add(
                name.startsWith("/")
                        ? below(root, Path.of("/"), Path.of(name))
                        : folder.resolve(name).normalize());
        var shared = name.lastIndexOf(".dwz/");
        if (shared >= 0) {
            for (var directory : debugDirectories) {
                places.add(directory.resolve(name.substring(shared)));
            }
        }
        return places;
    }

    /** {@return a path that begins at a root, below another folder} */
    static Path below(Path folder, Path root, Path path) {
        var start = path.startsWith(root) ? root : Path.of("/");
        return path.startsWith(start) ? folder.resolve(start.relativize(path).toString()) : folder.resolve(path);
    }
}
