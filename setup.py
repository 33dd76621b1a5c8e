"""Map folders to installed packages: `shared/` is `sluicegate.shared`. pyproject.toml has the rest."""

from setuptools import find_packages, setup

FOLDERS = ("migrations", "registry_api", "shared", "validator")

setup(
    packages=[f"sluicegate.{name}" for name in find_packages() if name.split(".")[0] in FOLDERS],
    package_dir={f"sluicegate.{folder}": folder for folder in FOLDERS},
)
