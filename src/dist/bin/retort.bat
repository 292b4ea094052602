@echo off
rem Starts Retort; needs Java 25 or later, from JAVA_HOME or the PATH.
setlocal
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
set "MAJOR="
rem The third word of: openjdk version "25.0.3" 2026-04-21
for /f "tokens=3" %%v in ('call "%JAVA%" -version 2^>^&1 ^| findstr version') do (
  for /f "delims=.-" %%m in ("%%~v") do set "MAJOR=%%m"
)
if not defined MAJOR (
  echo retort: no '%JAVA%': install Java 25 or later, or set JAVA_HOME to one 1>&2
  exit /b 1
)
if %MAJOR% LSS 25 (
  echo retort: '%JAVA%' is Java %MAJOR%; set JAVA_HOME to Java 25 or later 1>&2
  exit /b 1
)
"%JAVA%" --add-modules jdk.incubator.vector %RETORT_OPTS% -cp "%~dp0..\lib\*" dev.retort.cli.Main %*
exit /b %ERRORLEVEL%
