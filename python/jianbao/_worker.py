"""What a worker process runs: `python -I -S _worker.py EXTENSION`.

It reads documents from its standard input and answers with their pages. It loads the extension from its file and nothing
else of this package, since workers are started often.
"""

import _imp
import sys
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec

if __name__ == "__main__":
    path = sys.argv[1]
    assert path.endswith(tuple(EXTENSION_SUFFIXES))
    spec = ModuleSpec("_jianbao", ExtensionFileLoader("_jianbao", path), origin=path)
    module = _imp.create_dynamic(spec)
    _imp.exec_dynamic(module)
    sys.exit(module.serve())
