#!/usr/bin/env node
// From the second start on, nothing is stripped of its types and compiled again: most of a short command is that. Plain
// JavaScript, since for a first file with types Node would load its compiler before there is a cache to look into.
import { enableCompileCache } from "node:module";

enableCompileCache();
await import("./cli/program.ts");
