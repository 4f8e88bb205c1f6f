/**
 * What a script engine is: a language in which the user writes what wyrm runs. Start at
 * {@link org.wyrm.platform.script.ScriptEngine}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.platform.script;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
