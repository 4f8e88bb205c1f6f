package org.wyrm.linux.rbtree;

/** Which of a node's children. */
enum Side {
    LEFT,
    RIGHT;

    Side other() {
        return this == LEFT ? RIGHT : LEFT;
    }
}
