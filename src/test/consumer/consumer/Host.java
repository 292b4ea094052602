package consumer;

import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** A program that loads the consumer as application servers do, from jars that are not its own. */
public final class Host {
  private Host() {}

  /** "loaders" or "layer"; the model's file; the jars. */
  public static void main(String[] args) throws Exception {
    Path[] jars = Arrays.stream(args).skip(2).map(Path::of).toArray(Path[]::new);
    if (args[0].equals("layer")) {
      ModuleFinder finder = ModuleFinder.of(jars);
      ModuleLayer boot = ModuleLayer.boot();
      Configuration modules =
          boot.configuration().resolve(finder, ModuleFinder.of(), Set.of("consumer"));
      ModuleLayer layer =
          boot.defineModulesWithOneLoader(modules, ClassLoader.getPlatformClassLoader());
      run(layer.findLoader("consumer"), args[1]);
    } else {
      for (int loader = 0; loader < 2; loader++) {
        run(new URLClassLoader(urls(jars), ClassLoader.getPlatformClassLoader()), args[1]);
      }
    }
  }

  private static URL[] urls(Path... jars) throws Exception {
    URL[] urls = new URL[jars.length];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = jars[i].toUri().toURL();
    }
    return urls;
  }

  private static void run(ClassLoader loader, String model) throws Exception {
    loader.loadClass(Consumer.class.getName())
        .getMethod("main", String[].class).invoke(null, (Object) new String[] {model});
  }
}
