/**
 * Scripts in Groovy: values with C's operators, helpers and commands under their names. Nothing here is for others.
 */
@NullMarked
package org.wyrm.script.groovy.internal;

import org.jspecify.annotations.NullMarked;
