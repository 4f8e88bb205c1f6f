package org.wyrm.platform.command;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A row that is shown as a block, a line a component, though other rows of its command are lines of a table: one that tells
 * all of a thing where the others list things.
 */
@ConsumerType
public interface DetailRow {}
