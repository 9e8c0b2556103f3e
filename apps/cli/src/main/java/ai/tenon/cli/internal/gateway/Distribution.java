package ai.tenon.cli.internal.gateway;

import java.nio.file.Path;

/**
 * A profile as it was assembled.
 *
 * @param name of the profile
 * @param folder with its bundles and the launcher
 */
public record Distribution(String name, String description, Path folder) {}
