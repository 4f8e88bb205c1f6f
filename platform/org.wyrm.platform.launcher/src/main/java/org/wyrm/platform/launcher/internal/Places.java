package org.wyrm.platform.launcher.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.wyrm.platform.extension.PluginFolders;

/**
 * Where things are. Found before the command line is parsed, since the plug-ins decide which options there are.
 *
 * @param plugins the folders of plug-ins
 * @param application the application that is to run, if one is
 */
record Places(PluginFolders plugins, Optional<String> application) {
    static Places find(Environment environment, List<String> words) {
        var installed = value(words, "plugins")
                .or(() -> environment.variable("WYRM_PLUGINS"))
                .or(() -> value(words, "configuration").map(folder -> folder + "/plugins"))
                .map(Path::of)
                .orElseGet(() ->
                        environment.userFolder("XDG_DATA_HOME", ".local/share").resolve("plugins"));
        return new Places(
                new PluginFolders(environment.home().resolve("plugins"), installed), value(words, "application"));
    }

    private static Optional<String> value(List<String> words, String option) {
        for (var i = 0; i < words.size(); i++) {
            var word = words.get(i);
            if (word.equals("--")) {
                break;
            }
            if (i + 1 < words.size() && (word.equals("--" + option) || word.equals("-" + option))) {
                return Optional.of(words.get(i + 1));
            }
            if (word.startsWith("--" + option + "=")) {
                return Optional.of(word.substring(option.length() + 3));
            }
        }
        return Optional.empty();
    }
}
