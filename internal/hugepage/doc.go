// Package hugepage makes large tables that are looked up at random places, on pages
// of two mebibytes where the system has them for the asking. Most of what such a
// look-up costs is the walk through the page tables, which large pages cut short.
//
// It is advice: where the system takes none, a table is one like any other.
package hugepage
