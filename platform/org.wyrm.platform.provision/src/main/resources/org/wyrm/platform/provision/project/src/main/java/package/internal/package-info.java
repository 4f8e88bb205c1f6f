/** The command, and the declarations of what it uses: nobody else's. */
package @name@.internal;
