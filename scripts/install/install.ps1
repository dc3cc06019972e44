# Installs odoo-mcp for this user: downloads the newest release for this machine, checks its SHA-256, puts it in
# %LOCALAPPDATA%\Programs\odoo-mcp and adds that folder to your PATH. Run it again to upgrade.
#
#   $env:ODOO_MCP_VERSION       a version instead of the newest, e.g. 0.1.0
#   $env:ODOO_MCP_INSTALL_DIR   another folder
#   $env:ODOO_MCP_RELEASES      where releases lie, e.g. a mirror of your company
#
# Windows 10 (1803) or later: it has tar. PowerShell 5.1 or later.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue' # Windows PowerShell's bar makes downloads many times slower

function Install-OdooMcp {
  $releases = if ($env:ODOO_MCP_RELEASES) { $env:ODOO_MCP_RELEASES } else { 'https://github.com/@REPOSITORY@/releases' }
  if ($releases -like '*@REPOSITORY@*') {
    throw 'Cannot install odoo-mcp: this copy of the script belongs to no release. Take install.ps1 from a release.'
  }
  $folder = if ($env:ODOO_MCP_INSTALL_DIR) { $env:ODOO_MCP_INSTALL_DIR } else { Join-Path $env:LOCALAPPDATA 'Programs\odoo-mcp' }
  # A 32-bit PowerShell calls itself x86 and keeps the machine's own name apart.
  $machine = if ($env:PROCESSOR_ARCHITEW6432) { $env:PROCESSOR_ARCHITEW6432 } else { $env:PROCESSOR_ARCHITECTURE }
  $target = switch ($machine) {
    'AMD64' { 'x86_64-pc-windows-msvc' }
    'ARM64' { 'aarch64-pc-windows-msvc' }
    default { throw "Cannot install odoo-mcp: there is no executable for $machine; there are AMD64 and ARM64." }
  }
  $archive = "odoo-mcp-$target.tar.gz"
  $from = if ($env:ODOO_MCP_VERSION) { "$releases/download/v$($env:ODOO_MCP_VERSION.TrimStart('v'))" } else { "$releases/latest/download" }

  $place = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
  New-Item -ItemType Directory -Path $place | Out-Null
  try {
    Write-Host "Downloading $from/$archive"
    # Windows PowerShell 5.1 would start with TLS 1.0.
    [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
    Invoke-WebRequest -UseBasicParsing -Uri "$from/SHA256SUMS" -OutFile (Join-Path $place 'SHA256SUMS')
    Invoke-WebRequest -UseBasicParsing -Uri "$from/$archive" -OutFile (Join-Path $place $archive)
    $line = Get-Content (Join-Path $place 'SHA256SUMS') | Where-Object { $_ -match "^[0-9a-f]{64} [ *]$([regex]::Escape($archive))$" }
    if (-not $line) { throw "Cannot install odoo-mcp: SHA256SUMS of this release does not name $archive." }
    $wanted = $line.Substring(0, 64)
    $got = (Get-FileHash -Algorithm SHA256 -Path (Join-Path $place $archive)).Hash.ToLowerInvariant()
    if ($got -ne $wanted) {
      throw "Cannot install odoo-mcp: $archive is not what was released: its SHA-256 is $got, not $wanted. It was deleted."
    }
    # Windows' own: that of Git takes C: for the name of a machine.
    & "$env:SystemRoot\System32\tar.exe" -xzf (Join-Path $place $archive) -C $place odoo-mcp.exe
    if ($LASTEXITCODE -ne 0) { throw "Cannot install odoo-mcp: $archive can't be unpacked." }
    $said = & (Join-Path $place 'odoo-mcp.exe') version
    if ($LASTEXITCODE -ne 0) { throw 'Cannot install odoo-mcp: the executable does not run on this machine.' }
    New-Item -ItemType Directory -Force -Path $folder | Out-Null
    $installed = Join-Path $folder 'odoo-mcp.exe'
    # A running executable can be renamed, not written over.
    if (Test-Path $installed) {
      Remove-Item -Force -ErrorAction SilentlyContinue "$installed.old"
      Move-Item -Force $installed "$installed.old"
    }
    Move-Item -Force (Join-Path $place 'odoo-mcp.exe') $installed
    Remove-Item -Force -ErrorAction SilentlyContinue "$installed.old"
    Write-Host "Installed ${said}: $installed"
    $path = [Environment]::GetEnvironmentVariable('Path', 'User')
    if (($path -split ';') -notcontains $folder) {
      [Environment]::SetEnvironmentVariable('Path', (@($path, $folder) | Where-Object { $_ }) -join ';', 'User')
      Write-Host "$folder was added to your PATH; open a new window. Next: odoo-mcp demo"
    } else { Write-Host 'Next: odoo-mcp demo' }
  } finally {
    Remove-Item -Recurse -Force $place
  }
}

Install-OdooMcp
