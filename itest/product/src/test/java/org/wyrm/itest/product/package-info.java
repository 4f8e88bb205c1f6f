/**
 * Runs the built product, {@code distribution/target/wyrm}, as a user does: on the demo dump, on the dumps of the lab
 * with what their guests said of themselves, and on files that are broken.
 */
package org.wyrm.itest.product;
