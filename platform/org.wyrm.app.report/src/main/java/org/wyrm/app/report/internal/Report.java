package org.wyrm.app.report.internal;

import org.wyrm.platform.output.Format;

/** What sections are written into, in their order. */
sealed interface Report permits TextReport, JsonReport, HtmlReport {
    /** {@return how rows are to be rendered for it} */
    Format rowFormat();

    /** Begins it. */
    void begin();

    /** Adds a section. */
    void add(Finished done);

    /** Ends it. */
    void end();
}
