import { expect, test } from "vitest";
import { languageOf } from "./language";

test.each([
  ["echo", "shell"],
  ["#!/bin/bash\necho", "shell"],
  ["#!/usr/bin/env python3\nprint()", "python"],
  ["#!/usr/bin/env -S python3 -u", "python"],
  ["#!/opt/conda/bin/python3.12", "python"],
  ["#! /usr/bin/Rscript --vanilla", "r"],
  ["#!/usr/bin/perl -w", "perl"],
  ["# python", "shell"],
])("%j is read as %s", (script, want) => expect(languageOf(script)).toBe(want));
