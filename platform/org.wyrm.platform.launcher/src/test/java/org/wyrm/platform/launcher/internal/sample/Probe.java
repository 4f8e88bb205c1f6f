package org.wyrm.platform.launcher.internal.sample;

import org.wyrm.base.cancellation.Cancellation;

/** What the target provider of these tests opens. */
public record Probe(String name, Cancellation cancellation) {}
