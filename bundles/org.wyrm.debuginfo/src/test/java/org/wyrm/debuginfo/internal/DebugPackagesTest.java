package org.wyrm.debuginfo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DebugPackagesTest {
    @ParameterizedTest
    @CsvSource({
        "6.1.0-56-cloud-amd64, linux-image-6.1.0-56-cloud-amd64-dbg",
        "6.12.117+deb13-amd64, linux-image-6.12.117+deb13-amd64-dbg",
        "6.8.5-301.fc40.x86_64, kernel-debuginfo-6.8.5-301.fc40.x86_64",
        "5.14.0-427.13.1.el9_4.x86_64, kernel-debuginfo-5.14.0-427.13.1.el9_4.x86_64",
        "5.15.0-200.131.27.el8uek.x86_64, kernel-uek-debuginfo-5.15.0-200.131.27.el8uek.x86_64",
        "5.15.0-91-generic, linux-image-5.15.0-91-generic-dbgsym",
        "6.5.0-1014-azure, linux-image-6.5.0-1014-azure-dbgsym",
        "5.14.21-150500.55.19-default, kernel-default-debuginfo-5.14.21-150500.55.19",
        "6.9.0-rc2+, the debugging information of kernel 6.9.0-rc2+",
    })
    void theReleaseTellsTheDistribution(String release, String install) {
        assertThat(DebugPackages.hint(release)).startsWith("install " + install + ", or ");
    }
}
