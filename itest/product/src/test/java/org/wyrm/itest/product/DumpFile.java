package org.wyrm.itest.product;

import java.nio.file.Path;

/**
 * One file of one dump.
 *
 * @param kernel {@code 6.1}, {@code 6.12}, {@code 5.10}
 * @param name what the lab calls the guest: {@code kaslr256}
 * @param file the dump
 * @param facts the folder with what the guest said of itself
 */
record DumpFile(String kernel, String name, Path file, Path facts) {
    /** {@return whether the guest crashed, rather than being stopped from outside} */
    boolean crashed() {
        return name.contains("panic") || name.contains("kdump");
    }

    /** {@return whether it loaded a crash kernel after it had taken its facts} */
    boolean loadedCrashKernel() {
        return name.contains("kdump");
    }

    /** {@return the guest's console; it goes on after the facts} */
    Path console() {
        return facts.resolveSibling("serial.log");
    }

    @Override
    public String toString() {
        return kernel + " " + name + "/" + file.getFileName();
    }
}
