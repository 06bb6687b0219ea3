//! What travels between devices and the hub. Under construction: see the slices in the README.
