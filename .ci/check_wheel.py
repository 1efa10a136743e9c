"""Check that a wheel holds the package, its native module and nothing else."""

import sys
import zipfile

names = zipfile.ZipFile(sys.argv[1]).namelist()
strangers = [name for name in names if not name.startswith(("skipx/", "skipx-"))]
sources = [name for name in names if name.endswith((".cpp", ".hpp", ".a"))]
assets = "skipx/report/html/assets"
wanted = {"skipx/py.typed", "skipx/_native.pyi", f"{assets}/echarts.min.js", f"{assets}/page.css"}
wanted = {*wanted, "skipx/report/html/templates/page.html.j2"} - set(names)
native = [name for name in names if name.startswith("skipx/_native.") and name.endswith(".so")]
if strangers or sources or wanted or len(native) != 1:
    sys.exit(f"{sys.argv[1]}: strangers {strangers + sources}, missing {wanted}, native {native}")
print(f"{sys.argv[1]}: {len(names)} files, {native[0]}")
