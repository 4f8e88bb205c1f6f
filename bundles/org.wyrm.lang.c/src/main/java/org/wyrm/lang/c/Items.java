package org.wyrm.lang.c;

import java.util.Iterator;

/** What is between two braces. Confined to one thread. */
interface Items extends Iterator<Item> {
    /** {@return a note in place of all that are left} */
    Item skip();
}
