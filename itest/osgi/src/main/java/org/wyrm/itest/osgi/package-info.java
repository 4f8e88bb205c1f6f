/** Tests that run within a framework. */
package org.wyrm.itest.osgi;
