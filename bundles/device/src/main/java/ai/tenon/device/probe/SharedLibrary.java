package ai.tenon.device.probe;

import java.util.Optional;

/**
 * A shared library in a folder of the dynamic loader.
 *
 * @param soname the file name up to and including {@code .so}, for example {@code libascendcl.so}
 * @param version the file name's version suffix as an OSGi version, for example {@code 7.0.1};
 *     empty if the name carries none
 */
public record SharedLibrary(String soname, Optional<String> version) {}
