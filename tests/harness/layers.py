"""An image, made step by step as engines build it: each step's changes are a layer of overlayfs.

A layer is packed, and unpacked again before anything is put on top, as one that was pulled from a registry: with
other inodes, and with times in whole seconds. Needs the right to mount, in a mount namespace of the caller's own.
"""

import os
import pathlib
import subprocess


class CannotMount(Exception):
    """This machine lets nobody mount overlayfs here."""


def must(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotMount(f"{' '.join(map(str, words))}: {done.stderr.strip()}")


def bytes_of(folder):
    """Of its files' content, each once: what a layer has to carry."""
    found = {}
    for path in pathlib.Path(folder).rglob("*"):
        status = path.lstat()
        if path.is_file() and not path.is_symlink():
            found[status.st_dev, status.st_ino] = status.st_size
    return sum(found.values())


class Image:
    """`place` is where its root is seen, while a step or a container runs.

    Attributes:
        layers: the folders of the layers, the lowest first.
    """

    def __init__(self, folder, place):
        self.folder, self.place = pathlib.Path(folder), pathlib.Path(place)
        self.place.mkdir(parents=True, exist_ok=True)
        self.layers = []
        self.count = 0

    def new_folder(self, name):
        self.count += 1
        folder = self.folder / f"{name}{self.count}"
        folder.mkdir(parents=True)
        folder.chmod(0o755)
        return folder

    def step(self, run):
        """Runs a step of the recipe, and gives the folder of its layer."""
        upper = self.new_folder("upper")
        self.mount(upper)
        try:
            run()
        finally:
            self.unmount()
        layer, packed = self.new_folder("layer"), self.folder / f"layer{self.count}.tar"
        must("tar", "--format=gnu", "--xattrs", "--xattrs-include=*", "-cf", packed, "-C", upper, ".")
        must("tar", "--xattrs", "--xattrs-include=*", "-xpf", packed, "-C", layer)
        packed.unlink()
        self.layers.append(layer)
        return layer

    def mount(self, upper=None):
        """A container over the layers; without `upper`, its root cannot be written to."""
        lower = ":".join(str(layer) for layer in [*reversed(self.layers)]) or str(self.new_folder("empty"))
        options = f"lowerdir={lower}"
        if upper is None:
            options += f":{self.new_folder('empty')}"  # One layer alone is no overlay.
        else:
            options += f",upperdir={upper},workdir={self.new_folder('work')}"
        must("mount", "-t", "overlay", "overlay", "-o", options, self.place)

    def unmount(self):
        must("umount", "-l", self.place)


def whiteouts(layer):
    """What it hides of the layers below: names that are gone, and folders that are other ones by now."""
    return [str(path.relative_to(layer)) for path in pathlib.Path(layer).rglob("*")
            if path.is_char_device() or (path.is_dir() and not path.is_symlink() and
                                         "trusted.overlay.opaque" in os.listxattr(path))]
