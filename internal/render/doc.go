// Package render turns answers into text a person reads in a terminal of 80
// columns, and into the JSON that other programs read. It is pure: values in,
// bytes out, and the words are those of the domain.
package render
