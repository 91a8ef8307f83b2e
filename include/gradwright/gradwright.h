// All of Gradwright: sheets, derivatives and verdicts (sheet.h), programs (program.h), training (training.h).
#pragma once

#include <gradwright/diagnostic.h>
#include <gradwright/formula.h>
#include <gradwright/program.h>
#include <gradwright/sheet.h>
#include <gradwright/training.h>
#include <gradwright/verdict.h>
#include <gradwright/version.h>
